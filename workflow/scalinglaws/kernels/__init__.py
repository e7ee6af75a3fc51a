"""The expensive parts of a model twice: in plain PyTorch, and fused in C++."""
