"""The cube: measures by dimensions, sealed and live, of any day. It knows no figure and no page."""
