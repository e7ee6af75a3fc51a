"""The paper's claims, each judged by its interval: holds, contradicted or not resolved."""
