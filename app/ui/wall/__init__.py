"""The wall display: a window without input, painted whole from a picture of ``app.usecases.wall``. It only reads."""
