"""Sorts the mail that boats send: who has to answer it?"""

import logging

import anthropic

logger = logging.getLogger(__name__)
MODEL = "claude-sonnet-4-5"


class Triage:
    def __init__(self) -> None:
        self.client = anthropic.Anthropic()

    def desk_for(self, mail: str, mail_id: str) -> str:
        answer = self.client.messages.create(
            model=MODEL,
            max_tokens=16,
            system="Answer with one word: berths, fuel, repairs or office.",
            messages=[{"role": "user", "content": mail}],
        )
        desk = answer.content[0].text.strip().lower()
        logger.info(
            "model call",
            extra={
                "model": answer.model,
                "message_id": answer.id,
                "mail_id": mail_id,
                "input_tokens": answer.usage.input_tokens,
                "output_tokens": answer.usage.output_tokens,
                "stop_reason": answer.stop_reason,
                "desk": desk,
            },
        )
        return desk
