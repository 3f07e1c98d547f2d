#!/usr/bin/env python
"""Run Django's commands with this project's settings."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingyang_inspect.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, connection

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if "--traceback" in sys.argv or connection.connection is not None:  # it did connect: another trouble
            raise
        sys.stderr.write(
            "数据库连不上，什么也没有做。请检查 DATABASE_URL 和数据库服务是否在运行。"
            f"数据库的原话：{str(error).strip().splitlines()[0]}\n"
        )
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
