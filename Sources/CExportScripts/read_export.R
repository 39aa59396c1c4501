# Reads this export and prints the descriptive table. Base R only: Rscript read_export.R
# `tables` holds every table as a data frame, texts as they were written by whoever wrote them.
arguments <- commandArgs(trailingOnly = FALSE)
script <- sub("^--file=", "", grep("^--file=", arguments, value = TRUE))
here <- if (length(script)) dirname(script[1]) else "."

# What stands in a cell, undone: see README.md.
plain <- function(cells) {
  cells <- sub("^'", "", cells)
  vapply(cells, function(cell) {
    if (is.na(cell) || !grepl("\\", cell, fixed = TRUE)) return(cell)
    marks <- gregexpr("\\\\\\\\|\\\\u\\{[0-9a-f]+\\}", cell)
    parts <- regmatches(cell, marks)[[1]]
    parts <- vapply(parts, function(part) {
      if (part == "\\\\") return("\\")
      # R has no place for the character 0 in a text.
      code <- strtoi(sub("\\}$", "", sub("^\\\\u\\{", "", part)), 16L)
      if (code == 0) "\ufffd" else intToUtf8(code)
    }, "")
    regmatches(cell, marks) <- list(parts)
    cell
  }, "", USE.NAMES = FALSE)
}

read_cells <- function(path, separator = ",") {
  read.csv(path, sep = separator, colClasses = "character", na.strings = "", encoding = "UTF-8",
           fileEncoding = "UTF-8-BOM", check.names = FALSE, strip.white = FALSE)
}

codebook <- read_cells(file.path(here, "codebook.csv"))
read_table <- function(path, name) {
  head <- readLines(path, n = 1, warn = FALSE)
  separator <- if (grepl("\t", head)) "\t" else if (grepl(";", head)) ";" else ","
  cells <- read_cells(path, separator)
  for (column in names(cells)) {
    type <- codebook$type[codebook$table == name & codebook$column == column]
    cells[[column]] <- switch(type,
      integer = , decimal = as.numeric(cells[[column]]), boolean = cells[[column]] == "1",
      text = , word = plain(cells[[column]]), cells[[column]])
  }
  cells
}

tables <- list()
for (path in sort(list.files(file.path(here, "data"), pattern = "_data\\.csv$", full.names = TRUE))) {
  name <- sub("^.*_description-([a-z]+).*$", "\\1", basename(path))
  tables[[name]] <- rbind(tables[[name]], read_table(path, name))
}

expected <- read_cells(file.path(here, "descriptives.csv"))
count <- function(these) format(sum(these, na.rm = TRUE), scientific = FALSE)
share <- function(these, of) {
  if (of == 0) return("")
  parts <- floor((2e6 * sum(these, na.rm = TRUE) + of) / (2 * of))
  sprintf("%d.%06d", parts %/% 1e6, parts %% 1e6)
}
middle <- function(milliseconds) {
  if (!length(milliseconds)) return("")
  sorted <- sort(round(milliseconds * 1000))
  tenths <- if (length(sorted) %% 2) sorted[(length(sorted) + 1) / 2] * 10
            else sum(sorted[length(sorted) / 2 + 0:1]) * 5
  sprintf("%.0f.%04.0f", tenths %/% 1e4, tenths %% 1e4)
}
quoted <- function(cells) ifelse(grepl("[\",;]", cells), paste0("\"", gsub("\"", "\"\"", cells), "\""), cells)

cat(paste(names(expected), collapse = ","), "\n", sep = "")
for (row in seq_len(nrow(expected))) {
  arm <- expected[row, ]
  people <- tables$participants
  people <- people[people$stage == arm$stage & people$arm == plain(arm$arm), ]
  people <- people[!people$restarted & !(people$status == "declined" & !people$consented), ]
  used <- people[people$analysed, ]
  known <- used[!is.na(used$truth), ]
  asked <- known[!is.na(known$belief), ]
  shares <- asked$truth == "allowed"
  decisions <- used$decision_ms[!is.na(used$decision_ms) & !used$decision_censored]
  cells <- c(
    quoted(arm$study), arm$config_hash, arm$stage, quoted(arm$arm), count(rep(TRUE, nrow(people))), count(people$consented),
    count(people$exposed), count(people$decided), count(people$answered), count(people$status == "completed"),
    count(people$status == "withdrawn"), count(rep(TRUE, nrow(used))),
    count(known$truth == "allowed"), share(known$truth == "allowed", nrow(known)), count(rep(TRUE, nrow(asked))),
    count(shares & asked$belief != "allowed"), share(shares & asked$belief != "allowed", nrow(asked)),
    count(shares & asked$belief == "not-allowed"), count(shares & asked$belief == "dont-know"),
    count(rep(TRUE, length(decisions))), middle(decisions))
  cat(paste(cells, collapse = ","), "\n", sep = "")
}
