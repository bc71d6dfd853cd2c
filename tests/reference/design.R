# Reference values of R for tests/analysis/test_design_r.py.
#
#   Rscript design.R > design_r.json          (in this folder; Debian: r-base-core r-cran-survey r-cran-jsonlite)
#
# Each value is written beside the line that made it. Data: the 143 real forms of somerville_2015.csv with the gaps of
# values.R, and clusters, classes and numbers of users given by rule.
suppressPackageStartupMessages(library(survey))
raw <- read.csv("somerville_2015.csv")
n <- nrow(raw); i <- seq_len(n)
M <- as.matrix(raw[, paste0("X", 1:6)]); for (j in 1:6) M[(i + 3 * j) %% 11 == 0, j] <- NA
# v: answer or 0, r: whether answered, h: whether satisfied
v <- ifelse(is.na(M), 0, M); r <- 1 * !is.na(M); h <- 1 * (v >= 4)
colnames(v) <- paste0("v", 1:6); colnames(r) <- paste0("r", 1:6); colnames(h) <- paste0("h", 1:6)
# forms 1-90 came five at a time, sorted by their first answer; the others alone
o <- order(raw$X1, i); cluster <- integer(n); cluster[o[1:90]] <- (0:89) %/% 5 + 1; cluster[o[91:n]] <- 100 + 91:n
d <- data.frame(M, v, r, h, cluster, sex = 1 + ((7 * i) %% 5 < 2), age = 1 + i %% 3, users = 400)
index <- quote((v1/r1 + v2/r2 + v3/r3 + v4/r4 + v5/r5 + v6/r6) / 6)
totals <- ~ v1 + v2 + v3 + v4 + v5 + v6 + r1 + r2 + r3 + r4 + r5 + r6 + h1
alone <- svydesign(ids = ~1, weights = ~1, data = d)
clustered <- svydesign(ids = ~cluster, weights = ~1, data = d)
finite <- svydesign(ids = ~1, fpc = ~users, data = d)
sexes <- data.frame(sex = 1:2, Freq = c(4000, 6000)); ages <- data.frame(age = 1:3, Freq = c(2000, 3500, 4500))
post <- postStratify(alone, ~sex, sexes)
raked <- rake(alone, list(~sex, ~age), list(sexes, ages), control = list(maxit = 1000, epsilon = 1e-10, verbose = FALSE))
both <- function(found) c(coef(found)[[1]], SE(found)[[1]])
answered <- subset(d, r2 == 1)

values <- list()
say <- function(name, line) values[[name]] <<- list(line = line, value = eval(parse(text = line)))
say("alone", 'both(svycontrast(svytotal(totals, alone), index))')
say("clusters", 'both(svycontrast(svytotal(totals, clustered), index))')
say("cluster_df", 'degf(clustered)')
say("cluster_item", 'both(svymean(~X2, svydesign(ids = ~cluster, weights = ~1, data = answered)))')
say("cluster_share", 'both(svymean(~h2, svydesign(ids = ~cluster, weights = ~1, data = answered)))')
say("finite", 'both(svycontrast(svytotal(totals, finite), index))')
say("finite_item", 'both(svymean(~X2, svydesign(ids = ~1, fpc = ~users, data = answered)))')
say("post_stratified", 'both(svycontrast(svytotal(totals, post), index))')
say("raked", 'both(svycontrast(svytotal(totals, raked), index))')
say("raked_item", 'both(svycontrast(svytotal(totals, raked), quote(v1 / r1)))')
say("raked_share", 'both(svycontrast(svytotal(totals, raked), quote(h1 / r1)))')
say("kish", 'sum(weights(raked))^2 / sum(weights(raked)^2)')
cat(jsonlite::toJSON(list(program = paste(R.version.string, "survey", packageVersion("survey")), values = values),
                     auto_unbox = TRUE, digits = NA, pretty = TRUE), "\n")
