#!/bin/sh
# The whole of Pocket-K, from the data folder to the model folder. Usage: training/pocket-k/make.sh [python]
set -e
cd "$(dirname "$0")/../.."
python=${1:-python}
export OMP_NUM_THREADS=1
folder=training/pocket-k
$python $folder/cases.py
$python $folder/ceiling_curve.py
$python $folder/train.py --name scratch
test ! -f training/ecg-encoder/out/encoder.pt || $python $folder/train.py --name from-encoder --encoder training/ecg-encoder/out/encoder.pt
for step in export report publish golden plots; do $python $folder/$step.py; done
