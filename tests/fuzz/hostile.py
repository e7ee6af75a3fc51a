"""One hostile input through a reader: what came out of it, how long it took, what it touched."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from choices import Choices

SECONDS = 2.0  # of processor time, so that a busy machine changes nothing; more is a hang
LONGEST_LINE = 4000  # characters of a message
PACKAGE = "scalinglaws"


@dataclass(frozen=True)
class Case:
    """``read`` runs the reader; ``parsed``: the syntax is sound, None: see `Reader`."""

    read: Callable[[], object]
    parsed: bool | None = None


@dataclass(frozen=True)
class Reader:
    """A reader under test: ``build`` writes a document into a folder and says how to read it.

    ``declared`` are the errors that it may raise; those with one of the words ``unparsed`` say that
    the document's syntax is broken.
    """

    build: Callable[[Choices, Path], Case]
    declared: tuple[type[Exception], ...]
    unparsed: tuple[str, ...] = ()
    seeds: tuple[bytes, ...] = ()


class TooSlow(BaseException):
    """Raised inside an input that hangs; no reader can catch it by accident."""


@dataclass
class Outcome:
    """``end`` is accepted, refused, or the fault: a kind of exception and its place."""

    end: str
    parsed: bool
    seconds: float
    detail: str = ""

    @property
    def fault(self) -> bool:
        return self.end not in ("accepted", "refused")


@dataclass
class Guard:
    """Notes every file that Python writes, renames or removes outside ``folder``, every process
    and every connection. C++ below pyarrow only reads here, and is not seen."""

    folder: str
    touched: list[str] = field(default_factory=list)
    armed: bool = False

    def __call__(self, event: str, arguments: tuple) -> None:
        if not self.armed:
            return
        if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork"):
            self.touched.append(f"{event} {arguments[0]!r}")
        elif event in ("socket.connect", "socket.getaddrinfo"):
            self.touched.append(f"{event} {arguments[1]!r}")
        elif event == "open":
            path, _, flags = arguments
            writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
            if isinstance(path, (str, bytes)) and (flags or 0) & writes:
                self._note(event, path)
        elif event in WRITING:
            for path in arguments[: WRITING[event]]:
                self._note(event, path)

    def _note(self, event: str, path: object) -> None:
        if isinstance(path, (str, bytes, os.PathLike)):
            real = os.path.abspath(os.fsdecode(path))
            if real != os.devnull and not (real + "/").startswith(self.folder + "/"):
                self.touched.append(f"{event} {real}")


# Events of Python's audit hooks that change files, and how many of their arguments are paths.
WRITING = {"os.mkdir": 1, "os.remove": 1, "os.rmdir": 1, "os.truncate": 1, "os.chmod": 1}
WRITING |= {"os.rename": 2, "os.link": 2, "os.symlink": 2, "os.chown": 1, "os.utime": 1}
WRITING |= {"shutil.move": 2, "shutil.rmtree": 1, "shutil.copyfile": 2}


def guard(folder: Path) -> Guard:
    """A guard of this process; it cannot be taken off, only disarmed."""
    watch = Guard(os.path.abspath(folder))
    sys.addaudithook(watch)
    return watch


def _slow(*_: object) -> None:
    raise TooSlow


def attempt(reader: Reader, data: bytes, folder: Path, watch: Guard | None = None) -> Outcome:
    """Build the document of ``data`` in ``folder`` and read it."""
    case = reader.build(Choices(data), folder)
    before = signal.signal(signal.SIGPROF, _slow)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    start = time.process_time()
    end, detail = "accepted", ""
    if watch:
        watch.armed, watch.touched = True, []
    try:
        case.read()
    except reader.declared as error:
        end, detail = "refused", str(error)
        if wrong := _message_fault(detail):
            end = f"message: {wrong}"
    except TooSlow:
        end, detail = f"hang at {_place()}", ""
    except Exception as error:
        end, detail = f"{type(error).__name__} at {_place()}", str(error)[:300]
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        if watch:
            watch.armed = False
    if watch and watch.touched:
        end, detail = "touched a file outside", watch.touched[0]
    seconds = time.process_time() - start
    broken = end != "accepted" and any(words in detail for words in reader.unparsed)
    return Outcome(end, not broken if case.parsed is None else case.parsed, seconds, detail)


def _message_fault(message: str) -> str:
    """What is wrong with the words of a declared error; "" if nothing is."""
    if not message.strip():
        return "empty"
    if max(map(len, message.split("\n"))) > LONGEST_LINE:
        return "longer than a line"
    if any(ord(sign) < 32 and sign != "\n" for sign in message):
        return "control characters"
    return ""


def _place() -> str:
    """The deepest line of the package that the exception in flight went through."""
    frames = traceback.extract_tb(sys.exc_info()[2])
    own = [frame for frame in frames if f"/{PACKAGE}/" in frame.filename]
    frame = (own or frames)[-1]
    return f"{Path(frame.filename).stem}.{frame.name}:{frame.lineno}"
