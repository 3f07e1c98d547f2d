from django.db.backends.sqlite3 import base, operations

from qingyang_inspect.database import Signing


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "qingyang_inspect.database.sqlite3.compiler"


class DatabaseWrapper(Signing, base.DatabaseWrapper):
    ops_class = DatabaseOperations
