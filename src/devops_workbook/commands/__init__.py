"""The subcommands of ``workbook``; each imports what it needs when it runs."""
