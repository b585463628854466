"""The map page's parts: the component that draws two maps in one layout, and what stands beside it."""
