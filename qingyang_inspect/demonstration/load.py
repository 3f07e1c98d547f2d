"""Load the demonstration year into an empty database, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db import connection, transaction

from qingyang_inspect.demonstration.branches import Branches
from qingyang_inspect.demonstration.citywide import load_citywide
from qingyang_inspect.demonstration.july import load_july
from qingyang_inspect.demonstration.last_year import load_last_autumn, load_last_year
from qingyang_inspect.demonstration.laws import load_laws, load_old_facts
from qingyang_inspect.demonstration.loader import Loader
from qingyang_inspect.demonstration.paper import load_paper
from qingyang_inspect.demonstration.rounds import Rounds
from qingyang_inspect.demonstration.routine import load_routine
from qingyang_inspect.reference.load import load_reference

STEPS = 9_800  # about how many acts; only for the progress bar


@transaction.atomic
def load_demo(today: date, tick: Callable[[], object] = lambda: None) -> None:
    """Load reference data and the demonstration year up to today."""
    load_reference()
    load_laws()
    loader = Loader(today, tick)
    items = loader.plan()
    relapsed = load_last_year(loader)
    load_last_autumn(loader)
    tell_planner()
    loader.farmland_and_land(items, relapsed)
    load_citywide(loader, items)
    tell_planner()
    loader.road(items)
    load_july(loader, items)
    tell_planner()
    loader.running(items)
    load_routine(loader)
    load_old_facts(loader)
    load_paper(loader)
    branches = Branches(loader)
    branches.at_work()
    Rounds(loader.acts, today).tell()
    branches.at_the_end()
    tell_planner()


def tell_planner() -> None:
    """Have the database count its rows.

    Within one transaction it thinks its tables as empty as before: on PostgreSQL a figure's rows took forty seconds.
    """
    with connection.cursor() as cursor:
        cursor.execute("analyze")
