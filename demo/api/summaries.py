"""Summaries of the office's notes, for the morning meeting."""

from pathlib import Path

from openai import OpenAI

MODEL = "gpt-5-mini"
client = OpenAI()


def summarise(note: Path) -> str:
    text = note.read_text(encoding="utf-8")
    answer = client.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "system", "content": "Summarise the note in three sentences."},
            {"role": "user", "content": text},
        ],
    )
    return answer.choices[0].message.content or ""


def morning_summary(folder: Path) -> list[str]:
    return [summarise(note) for note in sorted(folder.glob("*.md"))]
