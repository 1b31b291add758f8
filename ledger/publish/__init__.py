"""What leaves the house for everyone: a site of plain files that anybody can fetch, mirror and check (RECORD §5).

::

    site/checkpoint                  the state of the record, signed, confirmed by witnesses
    site/tile/0/x001/234.p/17        hashes            site/tile/entries/x001/234.p/17   the entries themselves
    site/earlier/41                  the checkpoint of 41 entries, published before
    site/cosignatures/57             a checkpoint that waits for its witnesses
    site/disclosures.jsonl           withheld values that have become public
    site/vkey  site/founding         whom to trust: print both, compare them with what you hold
"""
