"""The workbench: the Streamlit shell around core, and the command line."""

import gc

gc.set_threshold(50_000)  # starting makes some hundred thousand objects that stay: going through them took a tenth of its time
