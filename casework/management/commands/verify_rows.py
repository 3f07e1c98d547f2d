from casework.management.chore_command import ChoreCommand


class Command(ChoreCommand):
    pass
