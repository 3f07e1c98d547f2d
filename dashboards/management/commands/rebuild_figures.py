from casework.management.chore_command import RebuildCommand


class Command(RebuildCommand):
    pass
