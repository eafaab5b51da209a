"""This computer, without Qt: its keyring, its folders, files that only their owner may read."""
