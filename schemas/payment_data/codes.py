"""With what an upload of payment data is answered."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class UploadCode(StrEnum):
    """Codes that are known to be used; of 20001 to 21000 no others are published."""

    TAKEN = "10000"
    FAILED = "20000"
    NOT_REGISTERED = "20004"


WORDS: Mapping[UploadCode, str] = {
    UploadCode.TAKEN: "上传成功",
    UploadCode.FAILED: "上传失败",
    UploadCode.NOT_REGISTERED: "企业实时数据获取验签证书未在服务系统注册",
}
NOT_STORED, NOT_VERIFIED = "上传失败，入库失败", "上传失败，验签失败"
"""The first was seen without its code; the second is ours. Both are answered as FAILED."""
