"""Judgements that people make in the app: who said what answers a question, what that comes to beside the imported judgements, as files."""
