"""The workbench: the Streamlit shell around core, and the command line."""
