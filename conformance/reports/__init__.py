"""What a run leaves behind: the terminal's verdict, report.json, junit.xml, report.html."""
