"""One file a figure; each holds FIGURE (dashboards.figure.Figure). Found at start."""
