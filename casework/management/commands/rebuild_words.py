from casework.management.chore import ChoreCommand


class Command(ChoreCommand):
    pass
