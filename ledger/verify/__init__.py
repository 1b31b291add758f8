"""The offline verifier: checks a ledger from its bytes alone, trusting neither the operator nor our server.

It needs the standard library, ``ledger.record``, ``ledger.errors`` and ``keys.check`` (which needs
``cryptography``), and is shipped with them as one file, ``countersign-verify.pyz``. Read in this order::

    report   what it says        source   what it reads (database, tiles, bundle)
    scan, chain, heads           hashes: links, tree, heads at any size
    notes, quorum                checkpoints, their signatures and witnesses
    leaf, opening, authority     one entry: its form, what opens it, who signed it
    book                         what must be unique over the whole record; what an earlier run had verified
    verify                       all of it in order

Empty on purpose but for this text: whatever stood here would be loaded at each start.
"""
