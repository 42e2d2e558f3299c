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
encoder=training/ecg-encoder/out/encoder-pretrained.pt
test ! -f $encoder || $python $folder/train.py --name from-final-encoder --encoder $encoder
for step in export starts gate_refusals report publish golden plots; do $python $folder/$step.py; done
