# Writes Tests/Fixtures/firth.txt: seeded random factorial tables, zeros among them, and Firth's estimates by brglm2.
# A line is a regression as in regressions.txt: six cells `yes:no`, then the coefficient of the intercept, the arm and the two strata.
suppressMessages(library(brglm2))
set.seed(20251127)
cat("# 500 regressions, seed 20251127, brglm2", as.character(packageVersion("brglm2")), "\n")
for (i in 1:500) {
  yes <- sample(0:12, 6, replace = TRUE); no <- sample(0:12, 6, replace = TRUE)
  # Every stratum and every arm has somebody; some have only one outcome.
  empty <- yes + no == 0
  no[empty] <- 1
  arm <- rep(c(0, 1), 3); stratum <- rep(0:2, each = 2)
  s1 <- as.numeric(stratum == 1); s2 <- as.numeric(stratum == 2)
  fit <- glm(cbind(yes, no) ~ arm + s1 + s2, family = binomial, method = "brglmFit", type = "AS_mean",
             control = list(epsilon = 1e-12, maxit = 10000))
  cat(paste0(yes, ":", no), sprintf("%.17g", coef(fit)), "\n")
}
