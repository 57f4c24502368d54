"""Read files of many people (CSV, Parquet, Excel, SAS, Stata, SPSS) as tables of rows."""
