"""The commands of `single-window`, one module each; `single_window.cli` lists them."""
