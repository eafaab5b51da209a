"""The incident file: a BagIt bag (RFC 8493) in a ZIP. Its form, its writer, its reader, what is masked in it.

    form         parts, rows, bounds, version
    archive      the ZIP: every byte accounted for, nothing unpacked to disk
    bag          writing
    reading      opening and verifying
    page         index.html, for readers without Watchdesk
    redaction    what is masked, and how the file says so

Pure but for the one file handle that each is given: no folder is listed, no store, no clock, no network.
"""
