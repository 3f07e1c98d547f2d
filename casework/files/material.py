"""材料类型 (docs/domain/dictionaries.md 9.8)."""

from django.db.models import TextChoices


class MaterialKind(TextChoices):
    MINUTES = "minutes", "会议纪要"
    POLICY = "policy", "制度文件"
    CASE_FILE = "case_file", "执法案卷"
    PHOTO = "photo", "现场照片"
    PUBLICITY = "publicity", "公示截图"
    VOUCHER = "voucher", "票据凭证"
    TRAINING = "training", "培训签到"
    LEDGER = "ledger", "台账清单"
    JUDGMENT = "judgment", "复议、判决文书"
    REPORT = "report", "第三方报告"
    SIGNED = "signed", "签字件"
    OTHER = "other", "其他"
