# Times R's survey package on the file that `scoring_bench export` writes: the mean of every item by
# unit, with its standard error. Prints one JSON line: the seconds, and score and standard error of
# the first item in the first unit, converted as the method "m4" does.
suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "adjust")
forms <- read.csv(commandArgs(trailingOnly = TRUE)[1], colClasses = c(unit = "character", psu = "character"))
items <- grep("^item_", names(forms), value = TRUE)
started <- proc.time()[["elapsed"]]
design <- svydesign(ids = ~psu, strata = ~unit, weights = ~weight, fpc = ~fpc, data = forms)
all <- lapply(items, function(item) {
  svyby(reformulate(item), ~unit, design, svymean, na.rm = TRUE)
})
seconds <- proc.time()[["elapsed"]] - started
first <- all[[1]][order(all[[1]]$unit), ][1, ]
cat(sprintf('{"unit":"%s","seconds":%.3f,"score":%.12f,"se":%.12f}\n',
            first$unit, seconds, 25 * (first[[2]] - 1), 25 * first$se))
