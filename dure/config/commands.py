"""What `dure` can do: one line for each command, and the room that does it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A word after `dure`: `module` offers `main(args)`, which returns the exit status."""

    name: str
    module: str
    promise: str


COMMANDS = (
    Command("run", "dure.config.run", "start a city: database, engine, gateway, pages, traffic"),
    Command("books", "dure.ledger.command", "print the trial balance and check every invariant"),
    Command("bench", "dure.demo.bench.command", "measure rules, engine, gateway and scale"),
    Command(
        "faults", "dure.demo.faults.command", "load with kill -9 at random moments; check the books"
    ),
    Command("races", "dure.demo.races.command", "rush for the last coupon and the last won"),
    Command("fuzz", "dure.gateway.fuzz", "random and mutated messages at the gateway"),
    Command("policy", "dure.rulebook.commands", "check, show and publish rule documents"),
    Command("campaign", "dure.campaigns.command", "lotteries, referrals, allowances by rule"),
    Command("budget", "dure.budget.command", "the budget tree: reports, transfers, commitments"),
    Command("forecast", "dure.forecast.command", "forecasts, simulations, plans; the analyst"),
    Command("engine", "dure.engine.command", "run the engine: every movement of money"),
    Command("gateway", "dure.gateway.command", "run the card network's gateway"),
    Command("web", "dure.web.command", "run the pages and the partners' API"),
    Command("console", "dure.web.console.access.command", "accounts of officials, and the demo's"),
    Command("people", "dure.config.people_command", "add keys of personal data and seal it anew"),
    Command("citizen", "dure.web.citizen.join.command", "show the citizens of the demo's app"),
    Command("shops", "dure.merchants.command", "take a registry over and show shops"),
    Command("worker", "dure.jobs.command", "run due work"),
    Command("demo", "dure.demo.command", "make a synthetic city and its card traffic"),
    Command("db", "dure.database.command", "migrate, show or reset the database"),
    Command("django", "dure.config.django_command", "run one of Django's own commands"),
)
