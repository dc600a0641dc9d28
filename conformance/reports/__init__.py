"""Write the results of a run: the terminal's verdict, report.json, junit.xml, report.html."""
