//! Files of rows: as many as there are, of so many rows each that a spreadsheet opens them.

use serde_json::Value;
use wire::csv::{Cell, Csv};

use crate::data_export::archive::{Archive, Failure};

/// Less than a spreadsheet takes, and short enough for a file of an archive: a row has some hundred bytes.
const ROWS_MAX: usize = 1_000_000;

/// The form of the files.
enum Form {
    /// With the names of the columns first.
    Csv(&'static [&'static str]),
    /// A list of objects.
    Json,
}

/// Files that are written one after the other: `name.csv`, `name-2.csv` and so on.
pub struct Series<'a> {
    archive: &'a mut Archive,
    name: String,
    form: Form,
    /// The number of the file that is open.
    file: usize,
    rows: usize,
}

impl<'a> Series<'a> {
    /// Begins files of tables.
    ///
    /// # Errors
    /// As `Archive::write`, and so do all below.
    pub async fn csv(
        archive: &'a mut Archive,
        name: String,
        columns: &'static [&'static str],
    ) -> Result<Series<'a>, Failure> {
        Series::begin(archive, name, Form::Csv(columns)).await
    }

    /// Begins files of lists.
    pub async fn json(archive: &'a mut Archive, name: String) -> Result<Series<'a>, Failure> {
        Series::begin(archive, name, Form::Json).await
    }

    async fn begin(
        archive: &'a mut Archive,
        name: String,
        form: Form,
    ) -> Result<Series<'a>, Failure> {
        let mut series = Series {
            archive,
            name,
            form,
            file: 1,
            rows: 0,
        };
        series.open().await?;
        Ok(series)
    }

    /// Appends a row of a table.
    pub async fn row(&mut self, cells: &[Cell]) -> Result<(), Failure> {
        let mut csv = Csv::default();
        csv.row(cells);
        self.append(&csv.into_bytes()).await
    }

    /// Appends an object of a list.
    pub async fn object(&mut self, object: &Value) -> Result<(), Failure> {
        let separator = if self.rows == 0 { "" } else { ",\n" };
        self.append(format!("{separator}{object}").as_bytes()).await
    }

    async fn append(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.archive.write(bytes).await?;
        self.rows += 1;
        if self.rows == ROWS_MAX {
            self.close().await?;
            self.file += 1;
            self.open().await?;
        }
        Ok(())
    }

    /// Ends the files.
    pub async fn end(mut self) -> Result<(), Failure> {
        self.close().await
    }

    async fn open(&mut self) -> Result<(), Failure> {
        let number = match self.file {
            1 => String::new(),
            file => format!("-{file}"),
        };
        let (ending, head) = match self.form {
            Form::Csv(columns) => ("csv", Csv::of_columns(columns).into_bytes()),
            Form::Json => ("json", b"[\n".to_vec()),
        };
        self.rows = 0;
        self.archive
            .begin(&format!("{}{number}.{ending}", self.name));
        self.archive.write(&head).await
    }

    async fn close(&mut self) -> Result<(), Failure> {
        if matches!(self.form, Form::Json) {
            self.archive.write(b"\n]\n").await?;
        }
        self.archive.end()
    }
}
