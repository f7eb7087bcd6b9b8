"""`dure run`: what it starts, what it starts again, and in which order it stops."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dure.config.children import CityPlan, children_of, steps_before
from dure.config.run import greeting, taken_port
from dure.kernel.database.leftovers import processes_in, wait_until
from dure.kernel.database.server import EmbeddedServer, running_database

PATIENCE_S = 20.0

# A supervisor whose children are small Python programs instead of rooms.
CITY = """
import signal, sys
from pathlib import Path
from dure.config import child
from dure.config.children import Child, Step
from dure.config.run import Supervisor
child.BACK_OFF_FIRST_S = 0.1
steps, children = eval(sys.argv[2])
supervisor = Supervisor(Path(sys.argv[1]), steps, children, (sys.executable, "-c"))
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, supervisor.ask_to_stop)
supervisor.run(8000)
"""

# Writes "<name> up", waits for SIGTERM, asks the database a question and writes the answer.
LOYAL = """
import os, signal, sys, psycopg
name = sys.argv[1]
def write(word):
    with open(os.environ["DURE_HOME"] + "/story", "a") as story:
        story.write(f"{name} {word}\\n")
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
write(f"up {os.getpid()}")
signal.sigwait([signal.SIGTERM])
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    write("down " + str(connection.execute("SELECT 1").fetchone()[0]))
"""

# Writes that it is there and leaves with the given status.
BRIEF = """
import os, sys
with open(os.environ["DURE_HOME"] + "/story", "a") as story:
    story.write(f"{sys.argv[1]} up\\n")
sys.exit(int(sys.argv[2]))
"""


class City:
    """A supervisor in a process of its own, and the story its children write."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.output = home / "output"
        self.process: subprocess.Popen[bytes] | None = None

    def open(self, *children: str, steps: str = "()") -> "subprocess.Popen[bytes]":
        plan = f"({steps}, [{', '.join(children)}])"
        with self.output.open("ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-c", CITY, str(self.home), plan],
                stdout=file,
                stderr=subprocess.STDOUT,
                env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            )
        return self.process

    def story(self) -> list[str]:
        path = self.home / "story"
        return path.read_text().splitlines() if path.exists() else []

    def wait_for(self, part: str, times: int = 1) -> str:
        def found() -> list[str]:
            return [line for line in self.story() if line.startswith(part)]

        assert wait_until(lambda: len(found()) >= times, PATIENCE_S), self.said()
        return found()[-1]

    def said(self) -> str:
        return self.output.read_text()


@pytest.fixture
def city() -> Iterator[City]:
    home = Path(tempfile.mkdtemp(prefix="dure-home-", dir="/tmp"))
    home.chmod(0o711)
    city = City(home)
    yield city
    if city.process is not None and city.process.poll() is None:
        city.process.terminate()
        city.process.wait(PATIENCE_S)
    assert wait_until(lambda: not processes_in(home / "postgres"), PATIENCE_S)
    shutil.rmtree(home)


def loyal(name: str) -> str:
    return f"Child({name!r}, ({LOYAL!r}, {name!r}))"


def brief(name: str, status: int, *, may_end: bool = False) -> str:
    return f"Child({name!r}, ({BRIEF!r}, {name!r}, '{status}'), may_end={may_end})"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_in_the_reverse_order_and_the_database_last(
    city: City, number: signal.Signals
) -> None:
    process = city.open(loyal("engine"), loyal("gateway"), loyal("web"))
    for name in ("engine", "gateway", "web"):
        city.wait_for(f"{name} up")
    process.send_signal(number)
    assert process.wait(PATIENCE_S) == 0
    assert city.story()[-3:] == ["web down 1", "gateway down 1", "engine down 1"]
    assert running_database(city.home) is None


def test_it_starts_a_child_again_that_died(city: City) -> None:
    city.open(brief("gateway", 3), loyal("web"))
    city.wait_for("gateway up", times=3)
    assert "gateway ended with status 3" in city.said()


def test_it_lets_a_child_end_that_may_and_one_that_is_not_built(city: City) -> None:
    city.open(brief("traffic", 0, may_end=True), brief("mall", 69), brief("gateway", 0))
    city.wait_for("gateway up", times=3)
    assert city.story().count("traffic up") == 1
    assert city.story().count("mall up") == 1


def test_it_starts_postgresql_again_and_its_children_go_on(city: City) -> None:
    process = city.open(loyal("engine"))
    city.wait_for("engine up")
    before = running_database(city.home)
    assert before is not None
    assert before.pid is not None
    os.kill(before.pid, signal.SIGKILL)

    def is_back() -> bool:
        now = running_database(city.home)
        return now is not None and now.pid != before.pid and now.url == before.url

    assert wait_until(is_back, PATIENCE_S), city.said()
    process.terminate()
    assert process.wait(PATIENCE_S) == 0
    assert city.story()[-1] == "engine down 1"


def test_it_takes_its_children_with_it_when_it_is_killed(city: City) -> None:
    process = city.open(loyal("engine"), loyal("web"))
    pids = [int(city.wait_for(f"{name} up").split()[-1]) for name in ("engine", "web")]
    process.kill()
    process.wait(PATIENCE_S)
    assert wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), PATIENCE_S)
    with EmbeddedServer(city.home) as info:  # And whoever comes next finds a clean house.
        assert running_database(city.home) == info


def test_it_does_not_open_when_a_step_fails(city: City) -> None:
    step = "[Step('tables', (\"print('no room'); raise SystemExit(4)\",))]"
    process = city.open(loyal("engine"), steps=step)
    assert process.wait(PATIENCE_S) == 1
    assert "ended with status 4" in city.said()
    assert "no room" in city.said()
    assert city.story() == []
    assert running_database(city.home) is None


def test_it_stops_while_a_step_still_runs(city: City) -> None:
    began = city.home / "began"
    slow = f"import time; open({str(began)!r}, 'w'); time.sleep(600)"
    step = f"[Step('city', ({slow!r},))]"
    process = city.open(loyal("engine"), steps=step)
    assert wait_until(began.exists, PATIENCE_S), city.said()
    process.terminate()
    assert process.wait(PATIENCE_S) == 0
    assert city.story() == []


def test_it_starts_the_engine_first_and_the_traffic_last() -> None:
    plan = CityPlan(page_port=8000, gateway_port=8590, members=2000, speed=60.0, real_time=False)
    names = [child.name for child in children_of(plan)]
    assert names == ["engine", "gateway", "web", "worker", "analyst", "traffic"]
    assert steps_before(plan)[0].args == ("db", "migrate")
    told = {child.name: child.args for child in children_of(plan)}
    assert told["gateway"][1:] == ("--port", "8590")
    assert told["traffic"][2:] == ("--gateway", "127.0.0.1:8590")


def test_it_opens_no_second_city_on_the_ports_of_another() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        plan = CityPlan(free.getsockname()[1], other.getsockname()[1], None, None, False)
        assert "--gateway-port" in (taken_port(plan, ["web", "gateway"]) or "")
        assert taken_port(plan, ["web"]) is None


def test_it_greets_in_both_languages() -> None:
    assert greeting(8000).count("http://127.0.0.1:8000/") == 2
    assert "두레가 열렸습니다" in greeting(8000)
    assert "Dure is open" in greeting(8000)
