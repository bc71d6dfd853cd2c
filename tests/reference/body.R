# Reference values of R for tests/analysis/test_reference_body.py: one body, sixteen services, five years.
#
#   python -m analysis simulate --out BODY --scenario I --seed 11 --services 16 --years 5
#   Rscript body.R BODY > body_r.json        (Debian: r-base-core r-cran-survey r-cran-psych r-cran-sandwich
#                                             r-cran-jsonlite)
#
# The first command is run in the root of the project, the second in this folder.
# Written from the method, not from the program: the answers files are read anew and everything between them and the
# verdicts is computed here, from respondents (the program works on sums). Numbers in brackets are sections of the method.
suppressPackageStartupMessages({ library(survey); library(psych); library(sandwich) })
body <- commandArgs(TRUE)[1]
services <- sprintf("servizio%02d", 1:16); years <- 2022:2026; last <- "2026"
items <- paste0("item", 1:8); weighed <- paste0("importance", 1:8)
dimension <- rep(paste0("dimension", 1:4), each = 2); delta <- 5

# --- reading: only a number of the scale is an answer (1)
read <- function(service, year) {
  raw <- read.csv(file.path(body, paste0(service, "-", year, ".csv")), colClasses = "character", na.strings = character())
  marks <- raw[, c(items, "overall", weighed)]
  valid <- as.data.frame(lapply(marks, function(m) as.numeric(ifelse(m %in% as.character(1:5), m, NA))))
  kept <- rowSums(!is.na(valid[, items])) > 0
  list(raw = raw, forms = nrow(raw), all = valid, x = as.matrix(valid[kept, items]), whole = valid[kept, ],
       mode = raw$mode[kept], age = raw$age_class[kept], sex = raw$sex[kept], n = sum(kept))
}
waves <- list()
for (s in services) for (y in years) waves[[paste0(s, "/", y)]] <- read(s, y)
wave <- function(s, y) waves[[paste0(s, "/", y)]]
scored <- function(x) 25 * (x - 1)

# --- intervals (3.1, 3.2): the two roots of (m - p)^2 = q^2 p (1 - p) / n
roots <- function(m, n, q) {
  a <- 1 + q^2 / n; b <- 2 * m + q^2 / n; h <- sqrt(b^2 - 4 * a * m^2)
  c((b - h) / (2 * a), (b + h) / (2 * a))
}
quasi <- function(value, se, n) {
  m <- value / 100; s <- se / 100
  100 * roots(m, max(n, m * (1 - m) / s^2), qt(.975, n - 1))
}
wilson <- function(x, n) prop.test(x, n, correct = FALSE)$conf.int[1:2]
newcombe <- function(x1, n1, x2, n2) {
  a <- wilson(x1, n1); b <- wilson(x2, n2); p1 <- x1 / n1; p2 <- x2 / n2
  c(p1 - p2 - sqrt((p1 - a[1])^2 + (b[2] - p2)^2), p1 - p2 + sqrt((a[2] - p1)^2 + (p2 - b[1])^2))
}

# --- indices with the survey package (2.3, 3.3): ratios of totals
columns <- function(w) {
  d <- data.frame(mode = w$mode, age = w$age, sex = w$sex)
  for (j in c(items, weighed)) {
    d[[paste0("v.", j)]] <- ifelse(is.na(w$whole[[j]]), 0, scored(w$whole[[j]])); d[[paste0("r.", j)]] <- 1 * !is.na(w$whole[[j]])
  }
  d
}
ratio <- function(j) paste0("v.", j, "/r.", j)
index_of <- function(chosen) {
  by <- table(dimension[match(chosen, items)]); D <- length(by)
  terms <- sapply(chosen, function(j) paste0("(", ratio(j), ")/", D * by[[dimension[match(j, items)]]]))
  parse(text = paste(terms, collapse = " + "))[[1]]
}
contrast <- function(design, chosen, line) {
  totals <- svytotal(as.formula(paste("~", paste(c(paste0("v.", chosen), paste0("r.", chosen)), collapse = "+"))), design)
  found <- svycontrast(totals, line)
  c(coef(found)[[1]], SE(found)[[1]])
}
with_ends <- function(two, n) c(two, quasi(two[1], two[2], n), n)
index_all <- function(w) {
  d <- columns(w)
  alone <- svydesign(ids = ~1, weights = ~1, data = d)
  dims <- lapply(unique(dimension), function(k) {
    own <- items[dimension == k]
    kept <- d[rowSums(d[, paste0("r.", own)]) > 0, ]
    with_ends(contrast(svydesign(ids = ~1, weights = ~1, data = kept), own, index_of(own)), nrow(kept))
  })
  list(isu = with_ends(contrast(alone, items, index_of(items)), w$n), dimensions = setNames(dims, unique(dimension)))
}
item_all <- function(w) lapply(setNames(c(items, "overall"), c(items, "overall")), function(j) {
  x <- w$all[[j]][!is.na(w$all[[j]])]; n <- length(x); se <- sd(x) / sqrt(n)
  good <- sum(x >= 4); bad <- sum(x <= 2)
  c(n, mean(x), se, 1 + quasi(scored(mean(x)), 25 * se, n) / 25,
    100 * good / n, 100 * wilson(good, n), 100 * bad / n, 100 * wilson(bad, n))
})

# --- importance (2.4)
csi_of <- function(w) {
  d <- columns(w); design <- svydesign(ids = ~1, weights = ~1, data = d)
  stopifnot(all(rowSums(!is.na(w$all[rowSums(!is.na(w$all[, items])) == 0, weighed, drop = FALSE])) == 0))
  top <- paste0("(", sapply(weighed, ratio), ")*(", sapply(items, ratio), ")", collapse = "+")
  bottom <- paste0("(", sapply(weighed, ratio), ")", collapse = "+")
  csi <- paste0("(", top, ")/(", bottom, ")")
  plain <- paste(deparse(index_of(items), width.cutoff = 500), collapse = "")
  every <- c(items, weighed)
  c(contrast(design, every, parse(text = csi)[[1]]),
    contrast(design, every, parse(text = paste0("(", csi, ")-(", plain, ")"))[[1]]))
}
means_of <- function(w, chosen) scored(colMeans(w$whole[, chosen], na.rm = TRUE))
split_of <- function(a, b) {
  w1 <- means_of(a, weighed); w2 <- means_of(b, weighed); m1 <- means_of(a, items); m2 <- means_of(b, items)
  w1 <- w1 / sum(w1); w2 <- w2 / sum(w2)
  c(sum((w1 + w2) / 2 * (m2 - m1)), sum((w2 - w1) * (m1 + m2) / 2))
}

# --- pseudo-values and the analysis of covariance (4, 6.2)
pseudo <- function(w) {
  a <- 1 / 8; m <- colMeans(w$x, na.rm = TRUE); N <- colSums(!is.na(w$x))
  theta <- sum(a * scored(m))
  z <- sweep(25 * sweep(w$x, 2, m), 2, a / N, "*"); z[is.na(z)] <- 0
  theta + w$n * rowSums(z)
}
stack <- function(s, chosen) do.call(rbind, lapply(chosen, function(y) {
  w <- wave(s, y)
  data.frame(y = pseudo(w), wave = factor(y, levels = chosen), mode = w$mode, age = w$age, sex = w$sex)
}))
gate <- function(s, chosen) {  # same questions throughout: what is left of 6.1
  counts <- sapply(chosen, function(y) table(factor(wave(s, y)$mode, c("kiosk", "paper", "phone", "web"))))
  common <- apply(counts >= 10, 1, all)
  min(colSums(counts)) >= 30 && any(common) && all(colSums(counts[common, , drop = FALSE]) >= .5 * colSums(counts))
}
ancova <- function(s, chosen) {
  stopifnot(gate(s, chosen))
  d <- stack(s, chosen); k <- length(chosen)
  fit <- lm(y ~ 0 + wave + mode + age + sex, data = d)
  C <- numeric(length(coef(fit))); C[seq_len(k)] <- c(rep(-1 / (k - 1), k - 1), 1)
  V <- vcovHC(fit, type = "HC1")
  each <- sapply(chosen, function(y) mean(pseudo(wave(s, y))))
  errors <- sapply(chosen, function(y) sd(pseudo(wave(s, y))) / sqrt(wave(s, y)$n))
  crude <- each[k] - mean(each[-k])
  list(base = chosen[-k], value = sum(C * coef(fit)), se = sqrt(drop(C %*% V %*% C)), df = fit$df.residual,
       crude = crude[[1]], crude_se = sqrt(errors[k]^2 + sum(errors[-k]^2) / (k - 1)^2)[[1]])
}
interaction_p <- function(s, chosen) {  # 6.2: mode x last wave, modes with ten respondents before and after
  d <- stack(s, chosen); d$now <- d$wave == chosen[length(chosen)]
  counts <- table(d$mode, d$now); large <- rownames(counts)[apply(counts >= 10, 1, all)]
  if (length(large) < 2) return(NULL)
  for (m in large[-1]) d[[paste0("extra.", m)]] <- 1 * (d$mode == m & d$now)
  fit <- lm(as.formula(paste("y ~ 0 + wave + mode + age + sex +", paste0("extra.", large[-1], collapse = "+"))), data = d)
  g <- paste0("extra.", large[-1]); V <- vcovHC(fit, type = "HC1")[g, g, drop = FALSE]
  pchisq(drop(coef(fit)[g] %*% solve(V) %*% coef(fit)[g]), length(g), lower.tail = FALSE)
}

# --- ranks (Brunner & Munzel 2000), from ranks of respondents
bm <- function(x, y) {
  x <- x[!is.na(x)]; y <- y[!is.na(y)]; nx <- length(x); ny <- length(y)
  r <- rank(c(x, y)); rx <- r[1:nx]; ry <- r[-(1:nx)]
  vx <- sum((rx - rank(x) - mean(rx) + (nx + 1) / 2)^2) / (nx - 1)
  vy <- sum((ry - rank(y) - mean(ry) + (ny + 1) / 2)^2) / (ny - 1)
  theta <- (mean(ry) - (ny + 1) / 2) / nx
  stat <- nx * ny * (mean(ry) - mean(rx)) / ((nx + ny) * sqrt(nx * vx + ny * vy))
  df <- (nx * vx + ny * vy)^2 / ((nx * vx)^2 / (nx - 1) + (ny * vy)^2 / (ny - 1))
  half <- qt(.975, df) * (theta - .5) / stat
  c(theta, max(0, theta - abs(half)), min(1, theta + abs(half)), 2 * pt(-abs(stat), df))
}

# --- overdispersion of z, winsorised at 10 % (6.2, 7)
tau2 <- function(d, se, constant) {
  z <- d / se; q <- quantile(z, c(.1, .9), type = 7); z <- pmin(pmax(z, q[1]), q[2]); w <- 1 / se^2; I <- length(z)
  max(0, (I * mean(z^2) / constant - (I - 1)) / (sum(w) - sum(w^2) / sum(w)))
}

# --- years in order: base, wave noise, families, verdicts (6.2-6.4)
judged <- list(); coloured <- setNames(rep(FALSE, 16), services); differences <- NULL
for (y in 2023:2026) {
  enough <- !is.null(differences) && nrow(differences) >= 30
  tau_two <- if (enough) sqrt(tau2(differences$d, differences$se, 0.678655)) else 0
  rows <- lapply(services, function(s) {
    two <- as.character((y - 2):y); one <- as.character((y - 1):y)
    restart <- coloured[[s]] || y - 2 < 2022 || !gate(s, two)
    found <- ancova(s, if (restart) one else two)
    # a wave wobbles by sigma: 1.5 sigma^2 against two waves, 2 sigma^2 against one
    found$tau <- tau_two * sqrt(if (length(found$base) == 1) 2 / 1.5 else 1)
    found$last <- if (restart) found else ancova(s, one)
    found$interaction <- interaction_p(s, if (restart) one else two)
    found$overall <- bm(wave(s, y - 1)$all$overall, wave(s, y)$all$overall)
    found
  })
  D <- sapply(rows, `[[`, "value"); S <- sapply(rows, `[[`, "se"); tau <- sapply(rows, `[[`, "tau"); df <- sapply(rows, `[[`, "df")
  shift <- weighted.mean(D, 1 / S^2); shift_p <- 2 * pnorm(-abs(shift) * sum(1 / S^2) / sqrt(sum((S^2 + tau^2) / S^4)))
  centre <- if (abs(shift) >= 2 && shift_p < .001 && median(D) * sign(shift) >= 2) shift else 0
  z <- (D - centre) / sqrt(S^2 + tau^2)
  lower_p <- ifelse(tau > 0, pnorm(z), pt(z, df)); upper_p <- ifelse(tau > 0, pnorm(-z), pt(-z, df))
  red <- p.adjust(lower_p, "holm"); green <- p.adjust(upper_p, "holm")
  out <- list()
  for (i in seq_along(services)) {
    f <- rows[[i]]; p <- 2 * pt(-abs(f$value) / f$se, f$df); se <- sqrt(f$se^2 + f$tau^2)
    p_last <- 2 * pt(-abs(f$last$value) / f$last$se, f$last$df)
    q <- function(level) if (f$tau > 0) qnorm(level) else qt(level, f$df)
    verdict <- if (red[i] < .05 && f$value <= -delta) "peggioramento_accertato"
      else if (green[i] < .05 && f$value >= delta) "miglioramento_accertato"
      else if ((p < .05 && abs(f$value) >= delta) || (length(f$base) == 2 && p_last < .05 && abs(f$last$value) >= delta))
        "segnale_da_verificare"
      else if (p < .05) "variazione_piccola"
      else if (abs(f$value) + q(.95) * se < delta) "stabile"
      else "non_determinabile"
    against <- f$overall[4] < .05 && ((verdict == "peggioramento_accertato" && f$overall[1] > .5) ||
                                      (verdict == "miglioramento_accertato" && f$overall[1] < .5))
    if (against) verdict <- "segnale_da_verificare"
    coloured[[services[i]]] <- verdict %in% c("peggioramento_accertato", "miglioramento_accertato")
    out[[services[i]]] <- list(
      verdict = verdict, base = as.list(f$base), value = f$value, se = se, df = f$df, crude = f$crude, crude_se = f$crude_se,
      lower = f$value - q(.975) * se, upper = f$value + q(.975) * se, p = p, p_worse = red[i], p_better = green[i],
      mde = (1.644853627 + 0.841621234) * se, tau = f$tau, interaction_p = f$interaction, overall = f$overall,
      last_year = c(f$last$value, f$last$se, f$last$crude, f$last$crude_se, p_last))
  }
  judged[[as.character(y)]] <- list(tau = tau_two, differences = if (is.null(differences)) 0 else nrow(differences),
                                    shift = c(shift, shift_p), services = out)
  # differences of the same kind, whatever the verdict: the wobble of restarted services counts too
  if (y >= 2024) {
    three <- as.character((y - 2):y); open <- Filter(function(s) gate(s, three), services)
    new <- do.call(rbind, lapply(open, function(s) as.data.frame(ancova(s, three)[c("value", "se")])))
    shared <- weighted.mean(new$value, 1 / new$se^2)  # a shift that all services share is no wobble of each
    if (abs(shared) < 2 || 2 * pnorm(-abs(shared) * sqrt(sum(1 / new$se^2))) >= .001) shared <- 0
    differences <- rbind(differences, data.frame(d = new$value - shared, se = new$se))
  }
}

# --- where: items of the services with a verdict to explain (6.3)
where <- list()
for (s in services) if (judged[[last]]$services[[s]]$verdict %in%
                        c("peggioramento_accertato", "miglioramento_accertato", "segnale_da_verificare")) {
  a <- wave(s, 2025)$all; b <- wave(s, 2026)$all
  tests <- lapply(items, function(j) bm(a[[j]], b[[j]]))
  adjusted <- p.adjust(sapply(tests, `[`, 4), "holm")
  where[[s]] <- lapply(seq_along(items), function(k) {
    x <- a[[items[k]]]; y <- b[[items[k]]]; x <- x[!is.na(x)]; y <- y[!is.na(y)]
    c(tests[[k]], adjusted[k], 100 * newcombe(sum(y >= 4), length(y), sum(x >= 4), length(x)))
  })
}
# --- screening (6.3)
grid <- expand.grid(item = items, service = services, stringsAsFactors = FALSE)
cells <- mapply(function(s, j) bm(wave(s, 2025)$all[[j]], wave(s, 2026)$all[[j]])[c(1, 4)], grid$service, grid$item)
bh <- p.adjust(cells[2, ], "BH")
screening <- lapply(setNames(services, services), function(s) cbind(t(cells), bh)[grid$service == s, ])

# --- trend over five waves (6.6)
trend_of <- function(s) {
  chosen <- as.character(years); stopifnot(gate(s, chosen))
  d <- stack(s, chosen); fit <- lm(y ~ 0 + wave + mode + age + sex, data = d)
  X <- model.matrix(fit); L <- cbind(diag(5), matrix(colMeans(X)[-(1:5)], 5, ncol(X) - 5, byrow = TRUE))
  level <- drop(L %*% coef(fit)); V <- L %*% vcovHC(fit, type = "HC1") %*% t(L)
  # variance of one wave's wobble: 1.5 sigma^2 is that of a change against two waves
  M <- V + diag(5) * judged[[last]]$tau^2 / 1.5
  line <- lm(level ~ years, weights = 1 / diag(M))
  W <- diag(1 / diag(M)); T <- cbind(1, years - mean(years)); H <- solve(t(T) %*% W %*% T) %*% t(T) %*% W
  se <- sqrt((H %*% M %*% t(H))[2, 2]); slope <- coef(line)[[2]]
  Q <- sum(residuals(line)^2 / diag(M))
  list(levels = level, ses = sqrt(diag(V)),
       line = c(slope, se, slope - qnorm(.975) * se, slope + qnorm(.975) * se, 2 * pnorm(-abs(slope) / se), Q, pchisq(Q, 3, lower.tail = FALSE)))
}
# Jonckheere-Terpstra with ties is Kendall's S; Cochran-Armitage is prop.trend.test (6.6)
trend_items <- function(s) lapply(c(items, "overall"), function(j) {
  got <- lapply(years, function(y) { x <- wave(s, y)$all[[j]]; x[!is.na(x)] })
  time <- rep(years, lengths(got)); x <- unlist(got)
  kendall <- suppressWarnings(cor.test(time, x, method = "kendall", exact = FALSE))
  share <- prop.trend.test(sapply(got, function(x) sum(x >= 4)), lengths(got), score = years)
  c(kendall$statistic[[1]], kendall$p.value, share$p.value)
})

# --- coherence (5.1), drivers (8.1), from pairwise covariances
coherence <- function(w) {
  X <- w$whole[, items]; C <- cov(X, use = "pairwise"); n <- min(crossprod(!is.na(X)))
  a <- suppressWarnings(psych::alpha(X, use = "pairwise", warnings = FALSE)$total$raw_alpha)
  All <- w$whole[, c(items, "overall")]; S <- cov(All, use = "pairwise"); v <- c(rep(1 / 8, 8), 0); o <- c(rep(0, 8), 1)
  r <- drop(v %*% S %*% o) / sqrt(drop(v %*% S %*% v) * drop(o %*% S %*% o))
  c(a, 1 - (1 - a) * qf(c(.975, .025), n - 1, (n - 1) * 7), n, r)
}
johnson <- function(w) {
  All <- w$whole[, c(items, "overall")]; n <- min(crossprod(!is.na(All)))
  if (n < max(150, 15 * 8)) return(NULL)
  R <- cov2cor(cov(All, use = "pairwise")); e <- eigen(R[1:8, 1:8])
  L <- e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors)
  part <- drop(L^2 %*% (solve(L) %*% R[1:8, 9])^2)
  if (sum(part) < .2) return(NULL)
  gain <- function(S) if (length(S)) drop(R[S, 9] %*% solve(R[S, S]) %*% R[S, 9]) else 0
  lmg <- sapply(1:8, function(j) mean(sapply(0:7, function(size) {
    others <- setdiff(1:8, j); sets <- if (size) combn(others, size, simplify = FALSE) else list(integer())
    mean(sapply(sets, function(S) gain(c(S, j)) - gain(S)))
  })))
  list(r2 = sum(part), shares = 100 * part / sum(part), lmg = 100 * lmg / sum(part), n = n)
}

# --- response modes at equal age and sex (3.8)
mode_pairs <- function(w) {
  d <- data.frame(y = pseudo(w), mode = w$mode, cell = paste(w$age, w$sex))
  order <- c("web", "kiosk", "paper", "phone"); large <- order[sapply(order, function(m) sum(d$mode == m) >= 30)]
  out <- list()
  if (length(large) > 1) for (pair in combn(large, 2, simplify = FALSE)) {
    both <- intersect(d$cell[d$mode == pair[1]], d$cell[d$mode == pair[2]])
    kept <- d[d$mode %in% pair & d$cell %in% both, ]; W <- prop.table(table(kept$cell))
    sides <- lapply(pair, function(m) {
      own <- kept[kept$mode == m, ]; fit <- lm(y ~ 0 + cell, data = own)
      c(sum(W * coef(fit)), sigma(fit)^2 * sum(W^2 / table(own$cell)), fit$df.residual)
    })
    v <- c(sides[[1]][2], sides[[2]][2]); df <- sum(v)^2 / sum(v^2 / c(sides[[1]][3], sides[[2]][3]))
    D <- sides[[2]][1] - sides[[1]][1]; se <- sqrt(sum(v))
    out[[paste(pair, collapse = "-")]] <- c(D, se, D - qt(.975, df) * se, D + qt(.975, df) * se, 2 * pt(-abs(D) / se, df))
  }
  out
}
# --- «non so» against the wave before (5.2)
dk <- function(s) lapply(c(items, "overall"), function(j) {
  a <- wave(s, 2025)$raw[[j]]; b <- wave(s, 2026)$raw[[j]]; x <- c(sum(a == "NS"), sum(b == "NS")); n <- c(length(a), length(b))
  c(100 * x / n, if (sum(x)) suppressWarnings(prop.test(x, n, correct = FALSE))$p.value else NULL)
})

# --- funnel of the last year (7), raked to the respondents of all services by age and sex (3.4)
everybody <- do.call(rbind, lapply(services, function(s) columns(wave(s, 2026))))
margin <- function(name) { t <- table(everybody[[name]]); setNames(data.frame(names(t), as.numeric(t)), c(name, "Freq")) }
scores <- sapply(services, function(s) {
  d <- columns(wave(s, 2026)); design <- svydesign(ids = ~1, weights = ~1, data = d)
  stopifnot(nrow(d) >= 60, min(table(d$age)) >= 10, min(table(d$sex)) >= 10)
  raked <- rake(design, list(~age, ~sex), list(margin("age"), margin("sex")),
                control = list(maxit = 1000, epsilon = 1e-10, verbose = FALSE))
  stopifnot(max(weights(raked)) <= 5 * median(weights(raked)))
  found <- contrast(raked, items, index_of(items))
  cells <- table(d$age, d$sex)
  c(found, nrow(d), sum(weights(raked))^2 / sum(weights(raked)^2), any(cells > 0 & cells < 10))
})
target <- weighted.mean(scores[1, ], scores[3, ]); apart <- scores[1, ] - target
T2 <- tau2(apart, scores[2, ], 0.678655); T2p <- tau2(apart, scores[2, ], 1)
# of one answer, pooled over the services whose effective number may be told; where a combination of the classes has 1 to 9 respondents the number told is the one that the
# standard error implies, because Kish's follows from the classes alone (3.7)
open <- scores[5, ] == 0; stopifnot(any(open), !all(open))
pooled <- weighted.mean((scores[4, ] * scores[2, ]^2)[open], scores[4, open])
told <- ifelse(scores[5, ] == 1, pooled / scores[2, ]^2, scores[4, ])
funnel <- list(target = target, spread = sqrt(pooled), tau2 = T2, tau2_published = T2p, services = lapply(setNames(1:16, services), function(k) c(
  scores[1:2, k], apart[k] / sqrt(scores[2, k]^2 + T2), apart[k] / sqrt(scores[2, k]^2 + T2p),
  (scores[1, k] / scores[2, k]^2 + target / T2) / (1 / scores[2, k]^2 + 1 / T2), told[k])))

# --- body (2.8): users not known, so by answers
found <- lapply(waves, index_all)
whole <- lapply(setNames(years, years), function(y) {
  i <- t(sapply(services, function(s) found[[paste0(s, "/", y)]]$isu)); w <- i[, 5] / sum(i[, 5])
  c(sum(w * i[, 1]), sqrt(sum(w^2 * i[, 2]^2)))
})
# the body against its bases (6.3): changes weighted by the answers of now, one two-sided test
shifted <- lapply(judged, function(year) {
  D <- sapply(year$services, `[[`, "value"); S <- sapply(year$services, `[[`, "se")
  w <- prop.table(sapply(services, function(s) wave(s, as.integer(names(judged)[sapply(judged, identical, year)]))$n))
  d <- sum(w * D); se <- sqrt(sum(w^2 * S^2)); p <- 2 * pnorm(-abs(d) / se)
  verdict <- if (p < .05 && abs(d) >= delta) { if (d < 0) "peggioramento_accertato" else "miglioramento_accertato" }
    else if (p < .05) "variazione_piccola" else if (abs(d) + qnorm(.95) * se < delta) "stabile" else "non_determinabile"
  list(numbers = c(d, se, d - qnorm(.975) * se, d + qnorm(.975) * se, p), verdict = verdict)
})
now <- function(f) lapply(setNames(services, services), f)
values <- list(
  program = paste(R.version.string, "survey", packageVersion("survey"), "sandwich", packageVersion("sandwich"), "psych", packageVersion("psych")),
  made_by = "python -m analysis simulate --scenario I --seed 11 --services 16 --years 5; Rscript body.R",
  first_file_md5 = tools::md5sum(file.path(body, "servizio01-2022.csv"))[[1]],
  indices = found, items = now(function(s) item_all(wave(s, 2026))), body = whole, body_change = shifted, years = judged,
  csi = now(function(s) csi_of(wave(s, 2026))), split = now(function(s) split_of(wave(s, 2025), wave(s, 2026))),
  where = where, screening = screening, trend = now(trend_of), trend_items = now(trend_items),
  coherence = now(function(s) coherence(wave(s, 2026))), drivers = Filter(Negate(is.null), now(function(s) johnson(wave(s, 2026)))),
  modes = now(function(s) mode_pairs(wave(s, 2026))), dk = now(dk), funnel = funnel)
cat(jsonlite::toJSON(values, auto_unbox = TRUE, digits = I(13)), "\n")
