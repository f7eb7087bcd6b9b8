"""What `dure run` starts, as data: the steps before, then the processes, in this order."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A command that must end well before the city opens. `promise` is shown while it runs."""

    promise: str
    args: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Child:
    """A process that is kept alive; stopped with SIGTERM in the reverse order of the list.

    `stop_patience_s`: how long it may take to finish its work before it is killed.
    `port`: where it answers when it is ready; the next child waits for that.
    `may_end`: leaving with status 0 is its right, and it is not started again.
    """

    name: str
    args: tuple[str, ...]
    stop_patience_s: float = 15.0
    port: int | None = None
    may_end: bool = False


@dataclass(frozen=True, slots=True)
class CityPlan:
    """What a person chose for this run."""

    page_port: int
    gateway_port: int
    members: int | None
    speed: float | None
    real_time: bool
    undecided: bool = False


def steps_before(plan: CityPlan) -> tuple[Step, ...]:
    """List the steps; `demo load --if-empty` leaves a city that is there alone, and sets its clock
    going either way."""
    members = () if plan.members is None else ("--members", str(plan.members))
    speed = () if plan.speed is None else ("--speed", str(plan.speed))
    clock = ("--now",) if plan.real_time else speed
    rules = ("--undecided",) if plan.undecided else ()
    return (
        Step("tables", ("db", "migrate")),
        Step("static files", ("django", "collectstatic", "--noinput", "--verbosity=0")),
        Step("demo city", ("demo", "load", "--if-empty", *members, *rules, *clock)),
        Step("demo officials", ("console", "demo", "--prepare")),
        Step("demo citizens", ("citizen", "demo", "--prepare")),
    )


def children_of(plan: CityPlan) -> tuple[Child, ...]:
    """List the processes: the engine first, so that it is stopped last and drains into a database
    that still runs."""
    return (
        Child("engine", ("engine",), stop_patience_s=60.0),
        Child("gateway", ("gateway", "--port", str(plan.gateway_port)), stop_patience_s=20.0),
        Child("web", ("web", "--port", str(plan.page_port)), port=plan.page_port),
        Child("worker", ("worker",)),
        Child("analyst", ("forecast", "analyst")),
        Child(
            "traffic",
            ("demo", "traffic", "--gateway", f"127.0.0.1:{plan.gateway_port}"),
            may_end=True,
        ),
    )
