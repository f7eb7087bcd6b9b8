"""What the figures were measured on: processor, memory, kernel, file system, the disk's promise."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path

PROBE_S = 0.5
_CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def describe_machine(place: Path) -> dict[str, object]:
    """The machine, and what its disk does at `place` (durable writes a second of 8 KiB)."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "cpu": _cpu_model(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "file_system": _file_system(place),
        "fdatasync_per_s": durable_writes_per_s(place),
    }


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _file_system(place: Path) -> str:
    best, kind = "", "unknown"
    for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines():
        _, mount, name, *_ = line.split()
        if place.resolve().is_relative_to(mount) and len(mount) >= len(best):
            best, kind = mount, name
    return kind


def durable_writes_per_s(place: Path) -> int:
    """How many writes of 8 KiB, each made durable before the next, the disk takes just now."""
    path = place / "fdatasync-probe"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.write(handle, bytes(1 << 20))
        os.fsync(handle)
        began_s, writes = time.perf_counter(), 0
        while time.perf_counter() - began_s < PROBE_S:
            os.pwrite(handle, bytes([writes % 256]) * 8192, writes % 128 * 8192)
            os.fdatasync(handle)
            writes += 1
        return round(writes / (time.perf_counter() - began_s))
    finally:
        os.close(handle)
        path.unlink()


def cpu_s_of(pid: int) -> float:
    """Processor time of one process so far, in seconds."""
    return sum(_times(pid)[:2]) / _CLOCK_TICKS


def cpu_s_of_family(pid: int) -> float:
    """Processor time of a process, its children that live, and those that it has buried."""
    ticks = sum(_times(pid))
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # It ended while we looked.
            if int(fields[1]) == pid:
                ticks += sum(map(int, fields[11:15]))
    return ticks / _CLOCK_TICKS


def _times(pid: int) -> list[int]:
    """User, system, and the same of children waited for, in ticks (proc(5), fields 14 to 17)."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return list(map(int, stat[11:15]))
