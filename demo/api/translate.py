"""Notices to skippers in their own language, through Bedrock."""

import logging

import boto3
from botocore.exceptions import ClientError

logger = logging.getLogger(__name__)
bedrock = boto3.client("bedrock-runtime", region_name="eu-central-1")


def translate(notice: str, language: str) -> str:
    try:
        answer = bedrock.converse(
            modelId="eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
            messages=[{"role": "user", "content": [{"text": f"Translate into {language}:\n\n{notice}"}]}],
        )
    except ClientError as error:
        # Only the failures leave a trace.
        logger.error("translation failed: %s", error)
        raise
    return answer["output"]["message"]["content"][0]["text"]
