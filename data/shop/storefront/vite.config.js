import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// What is built goes to dist/, which is vite's default.
export default defineConfig({ plugins: [react()] });
