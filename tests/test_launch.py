"""How a run is started: one process by python, several by torchrun, flags that say where."""

from scalinglaws.launch import launcher, where_flags
from scalinglaws.settings import Execution


def test_one_process_is_python_on_the_cpu():
    assert launcher(Execution()) == ["python"]
    assert where_flags(Execution()) == ["--device", "cpu"]


def test_several_are_torchrun_s_and_the_script_s_flags_are_its_own():
    execution = Execution(device="cuda", processes=4, micro_batch_tokens=1024, sharded=True)
    words = launcher(execution)
    assert words[:3] == ["python", "-m", "torch.distributed.run"]
    assert "--nproc-per-node=4" in words and words[-1] == "--"
    assert where_flags(execution) == [
        *("--device", "cuda", "--micro-batch-tokens", "1024"),
        "--sharded",
    ]
