# Reference values of R for tests/analysis/test_reference_r.py.
#
#   Rscript values.R > r_values.json          (in this folder; Debian: r-base-core r-cran-survey r-cran-psych
#                                              r-cran-lavaan r-cran-sandwich r-cran-metafor r-cran-jsonlite)
#
# Each value is written beside the line that made it. Data: the 143 real forms of somerville_2015.csv.
suppressPackageStartupMessages({
  library(survey); library(psych); library(lavaan); library(sandwich); library(metafor)
})
d <- read.csv("somerville_2015.csv")
X <- d[, paste0("X", 1:6)]
n <- nrow(X)
# a part of the answers taken away by rule, so that items have different bases
M <- as.matrix(X); for (j in 1:6) M[(seq_len(n) + 3 * j) %% 11 == 0, j] <- NA
before <- d[1:70, ]; after <- d[71:n, ]
mode <- factor(seq_len(n) %% 3); age <- factor(seq_len(n) %% 4)
wave <- factor(ifelse(seq_len(n) <= 70, "a", "b"))
score <- 25 * (rowMeans(X) - 1)
keyed <- matrix(c(30, 2, 0, 0, 3, 40, 1, 0, 0, 2, 50, 4, 0, 1, 1, 26), 4, byrow = TRUE)

# Brunner & Munzel 2000, from ranks: P(before < after) + P(=)/2, statistic and Welch-like df
bm <- function(x, y) {
  nx <- length(x); ny <- length(y); r <- rank(c(x, y)); rx <- r[1:nx]; ry <- r[-(1:nx)]
  ox <- rank(x); oy <- rank(y)
  vx <- sum((rx - ox - mean(rx) + (nx + 1) / 2)^2) / (nx - 1)
  vy <- sum((ry - oy - mean(ry) + (ny + 1) / 2)^2) / (ny - 1)
  stat <- nx * ny * (mean(ry) - mean(rx)) / ((nx + ny) * sqrt(nx * vx + ny * vy))
  df <- (nx * vx + ny * vy)^2 / ((nx * vx)^2 / (nx - 1) + (ny * vy)^2 / (ny - 1))
  c((mean(ry) - (ny + 1) / 2) / nx, 2 * pt(-abs(stat), df))
}
# Newcombe 1998, method 10, from R's Wilson intervals
newcombe <- function(x1, n1, x2, n2) {
  a <- prop.test(x1, n1, correct = FALSE)$conf.int; b <- prop.test(x2, n2, correct = FALSE)$conf.int
  p1 <- x1 / n1; p2 <- x2 / n2
  c(p1 - p2 - sqrt((p1 - a[1])^2 + (b[2] - p2)^2), p1 - p2 + sqrt((a[2] - p1)^2 + (p2 - b[1])^2))
}
# ends of the score interval of a mean: (m - p)^2 = q^2 p (1 - p) / n
score_ends <- function(m, n, q) {
  f <- function(p) (m - p)^2 - q^2 * p * (1 - p) / n
  c(uniroot(f, c(0, m), tol = 1e-14)$root, uniroot(f, c(m, 1), tol = 1e-14)$root)
}
# mean gain over all orderings (Lindeman, Merenda & Gold 1980)
orderings <- function(v) if (length(v) == 1) list(v) else
  do.call(c, lapply(seq_along(v), function(i) lapply(orderings(v[-i]), function(o) c(v[i], o))))
M6 <- as.data.frame(lapply(X, as.numeric)); target <- d$hap
lmg <- function() {
  known <- new.env()
  fit <- function(items) {
    key <- paste("of", paste(sort(items), collapse = " "))
    if (is.null(known[[key]])) known[[key]] <-
      if (length(items) == 0) 0 else summary(lm(target ~ as.matrix(M6[, items])))$r.squared
    known[[key]]
  }
  all <- orderings(1:6)
  sapply(1:6, function(j) mean(sapply(all, function(o) {
    place <- which(o == j); fit(o[seq_len(place)]) - fit(o[seq_len(place - 1)])
  })))
}
# Johnson 2000
relative_weights <- function() {
  e <- eigen(cor(M6)); L <- e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors)
  as.vector(L^2 %*% (solve(L) %*% cor(M6, target))^2)
}
dbetabinom <- function(k, n, a, b) exp(lchoose(n, k) + lbeta(k + a, n - k + b) - lbeta(a, b))

totals <- svytotal(~X1 + X2 + X3 + X4 + X5 + X6 + r1 + r2 + r3 + r4 + r5 + r6, svydesign(~1, weights = ~1, data = data.frame(
  ifelse(is.na(M), 0, M), setNames(as.data.frame(ifelse(is.na(M), 0, 1)), paste0("r", 1:6)))))
index <- svycontrast(totals, quote(25 * ((X1 / r1 + X2 / r2 + X3 / r3 + X4 / r4 + X5 / r5 + X6 / r6) / 6 - 1)))
lines <- c(
  wilson = "prop.test(75, 100, correct = FALSE)$conf.int",
  wilson_one_sided_lower = "prop.test(170, 200, alternative = 'greater', correct = FALSE)$conf.int[1]",
  newcombe = "newcombe(58, 100, 75, 100)",
  clopper_pearson = "binom.test(7, 1200)$conf.int",
  clopper_pearson_upper = "binom.test(7, 1200, alternative = 'less')$conf.int[2]",
  quasi_wilson = "score_ends(0.7275, 0.7275 * 0.2725 / (0.10258773 / 4)^2, qt(0.975, 99))",
  item_means = "colMeans(M, na.rm = TRUE)",
  item_ses = "apply(M, 2, function(x) sd(x, na.rm = TRUE) / sqrt(sum(!is.na(x))))",
  index = "coef(index)",
  index_se = "SE(index)",
  holm = "p.adjust(c(0.011, 0.02, 0.04, 0.002, 0.6), 'holm')",
  benjamini_hochberg = "p.adjust(c(0.011, 0.02, 0.04, 0.002, 0.6), 'BH')",
  brunner_munzel = "bm(before$X1, after$X1)",
  separated = "wilcox.test(c(1, 2, 3, 4, 5), c(6, 7, 8, 9, 10, 11), exact = TRUE)$p.value",
  ancova = "coef(lm(score ~ wave + mode + age))['waveb']",
  ancova_hc1 = "sqrt(vcovHC(lm(score ~ wave + mode + age), type = 'HC1')['waveb', 'waveb'])",
  alpha = "suppressWarnings(alpha(X[, c(1, 3, 5, 6)], warnings = FALSE)$total$raw_alpha)",
  alpha_feldt = "{a <- suppressWarnings(alpha(X[, c(1, 3, 5, 6)], warnings = FALSE)$total$raw_alpha); 1 - (1 - a) * qf(c(0.975, 0.025), n - 1, (n - 1) * 3)}",
  alpha_item_rest = "suppressWarnings(alpha(X[, c(1, 3, 5, 6)], warnings = FALSE)$item.stats$r.drop)",
  alpha_if_deleted = "suppressWarnings(alpha(X[, c(1, 3, 5, 6)], warnings = FALSE)$alpha.drop$raw_alpha)",
  omega = "{f <- cfa('f =~ NA*X1 + X3 + X5 + X6\nf ~~ 1*f', X); p <- parameterEstimates(f); l <- sum(p$est[p$op == '=~']); t <- sum(p$est[p$op == '~~' & p$lhs != 'f']); l^2 / (l^2 + t)}",
  kappa_quadratic = "cohen.kappa(keyed)$weighted.kappa",
  kappa_plain = "cohen.kappa(keyed)$kappa",
  kappa_plain_se = "sqrt(cohen.kappa(keyed)$var.kappa)",
  relative_weights = "relative_weights()",
  lmg = "lmg()",
  r_squared = "summary(lm(target ~ ., M6))$r.squared",
  paired_gap = "{t <- t.test(X$X1, X$X2, paired = TRUE); c(t$estimate, t$conf.int, t$p.value)}",
  welch = "{t <- t.test(score[mode == 2], score[mode == 1]); c(-diff(t$estimate), t$conf.int, t$p.value)}",
  csi = "{s <- svycontrast(svymean(~X1 + X2 + X3 + X4 + X5 + X6, svydesign(~1, weights = ~1, data = X)), quote((25 * (X4 - 1) * (X1 - 1) * 25 + 25 * (X5 - 1) * (X2 - 1) * 25 + 25 * (X6 - 1) * (X3 - 1) * 25) / (25 * (X4 + X5 + X6 - 3)))); c(coef(s), SE(s))}",
  net_recommendation = "{x <- rep(c(-1, 0, 1), c(15, 35, 50)); 100 * c(mean(x), sd(x) / sqrt(100))}",
  cochran_armitage = "prop.trend.test(c(60, 66, 75, 81), c(100, 105, 110, 100))$statistic",
  dk_share_p = "prop.test(c(10, 40), c(200, 210), correct = FALSE)$p.value",
  trend_line = "{m <- rma(yi = c(70.1, 71.9, 72.2, 75.6, 75.1), vi = c(1.1, 0.9, 1.4, 1.0, 1.2)^2, mods = ~c(0, 1, 2, 3, 4), method = 'FE'); c(m$beta[2], m$se[2], m$QE, m$QEp)}",
  beta_binomial = "{k <- 0:200; k[which(cumsum(dbetabinom(k, 200, 170.5, 30.5)) >= 0.05)[1]] / 200}",
  tost_upper_90 = "t.test(score[wave == 'b'], score[wave == 'a'], conf.level = 0.90)$conf.int"
)
values <- lapply(lines, function(line) list(line = line, value = as.vector(eval(parse(text = line)))))
cat(jsonlite::toJSON(list(R = R.version.string, values = values), digits = 15, auto_unbox = TRUE, pretty = TRUE), "\n")
