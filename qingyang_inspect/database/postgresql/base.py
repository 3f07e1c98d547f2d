from django.db.backends.postgresql import base, operations

from qingyang_inspect.database import Signing


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "qingyang_inspect.database.postgresql.compiler"


class DatabaseWrapper(Signing, base.DatabaseWrapper):
    ops_class = DatabaseOperations
