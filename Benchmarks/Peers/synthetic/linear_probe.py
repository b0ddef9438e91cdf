"""Logistic regression on the raw pixels of the drawn faces: how much can be read off single pixels?

    python linear_probe.py FOLDER

Pixels are standardized and rotated onto the principal axes of the training pictures, which changes nothing for an L2
penalty and makes 6,912 columns 2,800. Prints a line for each penalty, with and without balanced class weights.
"""

import sys
import warnings

import numpy
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from faces import load, scores

warnings.filterwarnings("ignore", category=ConvergenceWarning)
(train, train_labels), (test, test_labels) = (load(sys.argv[1], split) for split in ("train", "test"))
train, test = train.reshape(len(train), -1), test.reshape(len(test), -1)
mean, deviation = train.mean(0), train.std(0) + 1e-6
train, test = (train - mean) / deviation, (test - mean) / deviation
left, singular, right = numpy.linalg.svd(train, full_matrices=False)
train, test = left * singular, test @ right.T

for weights in (None, "balanced"):
    for penalty in (1e-5, 1e-4, 1e-3, 1e-2):
        model = LogisticRegression(C=penalty, max_iter=150, class_weight=weights).fit(train, train_labels)
        accuracy, mean_class, _ = scores(model.predict(test), test_labels)
        print(f"weights {weights}  C {penalty:g}  accuracy {accuracy:.3f}  mean class {mean_class:.3f}", flush=True)
