# Stands in for `pip install -r requirements-build.txt` where there is no network: each package
# that is not in the cache takes eight seconds to come, and is in the cache afterwards.
cache="$HOME/.cache/pip"
mkdir -p "$cache"
missing=0
for package in $(grep -hv '^#' requirements.txt requirements-build.txt); do
    if [ ! -e "$cache/$package" ]; then
        missing=$((missing + 1))
        echo "$package" > "$cache/$package"
    fi
done
echo "$missing package(s) downloaded, the others found in the cache"
sleep $((missing * 8))
