"""The pages: the only place that knows ipywidgets. Each notebook opens one of them."""
