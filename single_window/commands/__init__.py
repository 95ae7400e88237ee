"""The commands of `single-window`, one module for each; `single_window.cli` lists them."""
