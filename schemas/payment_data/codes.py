"""Codes and texts that answer an upload of payment data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class UploadCode(StrEnum):
    """The known codes; no others from 20001 to 21000 are published."""

    TAKEN = "10000"
    FAILED = "20000"
    NOT_REGISTERED = "20004"


WORDS: Mapping[UploadCode, str] = {
    UploadCode.TAKEN: "上传成功",
    UploadCode.FAILED: "上传失败",
    UploadCode.NOT_REGISTERED: "企业实时数据获取验签证书未在服务系统注册",
}
NOT_STORED, NOT_VERIFIED = "上传失败，入库失败", "上传失败，验签失败"
"""Texts of FAILED for two causes. The first was observed, without a code; the second is ours."""
