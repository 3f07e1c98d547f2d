"""What a reader of hostile bytes says of a file that may not be taken."""


class UnfitError(Exception):
    """The file may not be taken; the message says why and what to do."""


DISK_FULL = "文件没有存下：磁盘写入失败。请稍后再试，仍不行请告知系统管理员。"
