"""A security key (WebAuthn): what a person has, named by himself, that signs for this site alone."""

from __future__ import annotations

from django.db import models
from django_otp.models import Device, DeviceManager, TimestampMixin

from organizations.querysets import SecurityKeyQuerySet


class SecurityKey(TimestampMixin, Device):
    """One key of one person: django_otp finds it among his devices, services.security_keys asks it.

    The secret never leaves the key; what stands here is public.
    """

    credential = models.CharField(
        "凭据标识", max_length=1400, unique=True, error_messages={"unique": "这个安全密钥已经登记过"}
    )  # base64url, at most 1023 bytes
    public_key = models.TextField("公钥")  # base64url of its COSE form
    sign_count = models.PositiveBigIntegerField("使用次数", default=0)  # as the key says; one that sinks is a copy

    objects = DeviceManager.from_queryset(SecurityKeyQuerySet)()  # type: ignore[misc]  # theirs is no ClassVar

    class Meta:
        verbose_name = verbose_name_plural = "安全密钥"
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return self.name
